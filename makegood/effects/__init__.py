"""What a refund changes at the vendor's shop: decided, told to the shop, and taken back."""
