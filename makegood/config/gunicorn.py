"""How gunicorn runs the web process: `gunicorn --config python:makegood.config.gunicorn`."""

import os

from makegood.config import logs
from makegood.config.environment import read_environment

# Read here too, so that a bad setting ends the start with its one line and not worker after worker.
_environment = read_environment()

wsgi_app = "makegood.config.wsgi:application"
worker_class = "makegood.config.worker.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
threads = 8
timeout = 60
graceful_timeout = 5
forwarded_allow_ips = "127.0.0.1,::1"
control_socket_disable = True
# The heartbeat file of a worker on a slow disk would look like a worker that hangs.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
logconfig_dict = logs.options_for(json=_environment.json_logs, level=_environment.log_level)


def post_worker_init(worker: object) -> None:
    """The pages are loaded, and with them the models; before that, nothing of them can be."""
    from makegood.config.starting import keep_settings_meanwhile

    keep_settings_meanwhile()
