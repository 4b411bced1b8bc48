"""Mail that comes to us: reports of letters that did not arrive, and what people write to the desk."""
