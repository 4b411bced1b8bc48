"""What the desk did, in numbers: counted as it happens and summed by day, so that no page ever costs more."""
