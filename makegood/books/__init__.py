"""The books: reports of providers matched with our ledger, credit notes, what accounting is given."""
