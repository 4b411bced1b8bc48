"""The books: reports matched, credit notes, exports."""
