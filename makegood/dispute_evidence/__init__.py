"""What finance sends a bank in answer to a dispute: one archive of all that the customer was told and did."""
