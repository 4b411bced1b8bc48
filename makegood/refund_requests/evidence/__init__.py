"""Pictures and PDFs that members send: decoded and re-encoded, so that only pixels are kept."""
