"""The benches: what Tovholder costs beside a bare loop and beside the queues others use. See README.md here."""
