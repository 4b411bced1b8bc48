"""PayPal: captures of its Orders and Payments API v2, and a stand-in that speaks the same words."""
