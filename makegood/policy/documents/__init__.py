"""The literate document: Markdown read into facts, terms, tables, clauses and examples."""
