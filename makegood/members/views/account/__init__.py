"""Your account: who you are to us, how you sign in, where you are signed in, and leaving."""
