"""Tests of the charts that need no cluster. What a template renders to is in the suites of helm-unittest, charts/*/tests."""

import pytest
import schemas


@pytest.fixture(scope="session")
def schema_folders(tmp_path_factory):
    """Schemas of Kubernetes' own kinds and of Shop."""
    own = tmp_path_factory.mktemp("schemas")
    schemas.shop(own)
    return [schemas.kubernetes(), own]
