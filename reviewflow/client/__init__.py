"""The client of the HTTP API, for programs: `reviewflow.client.client.Client`."""
