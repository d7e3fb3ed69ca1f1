"""The app behind its gate, for a team on one network; started by ``python -m core serve --lan``.

The gate is set up from the workspace's ``access.json``. Without a password nothing starts.
"""

import streamlit as st
from starlette.middleware import Middleware

from core.gate import Gate
from core.password import read_access
from core.settings import REPOSITORY, lan_hosts, workspace
from pages.parts.server import behind, importing_visit

app = st.App(
    str(REPOSITORY / "streamlit_app.py"),
    middleware=behind(Middleware(Gate, access=read_access(workspace()), hosts=lan_hosts())),
    lifespan=importing_visit,
)
