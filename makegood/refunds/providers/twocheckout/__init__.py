"""2Checkout (Verifone): orders of its REST API 6.0, its notifications, and a stand-in."""
