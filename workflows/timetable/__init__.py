"""What comes round by the clock, and the processes that make it come.

Flows, which alone know Prefect, stay in workflows/flows.py: remote deployments name that file.
"""
