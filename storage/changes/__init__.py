"""Named changes. Each writes only what it is named for, and refuses to overwrite what somebody else changed."""
