"""A policy as one Python function: its rules and its weighing as a graph, and the graph as code."""
