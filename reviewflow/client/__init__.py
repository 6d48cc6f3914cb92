"""The client of the HTTP API, for programs: `from reviewflow.client import Client`."""

from reviewflow.client.client import Client as Client
