"""What was sold, used, downloaded and tried."""
