#!/bin/sh
# Install Kelishim into a folder of its own, with compiled code and a built country in it, so that what is there can be
# read-only afterwards:   sh container/install.sh FOLDER
# The Containerfile runs this; so may an administrator. PYTHON names the Python to use.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
python=${PYTHON:-$(sh "$here/.ci/python")}
"$python" -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet --no-cache-dir --constraint "$here/requirements.lock" "$here[web]"
export KELISHIM_CACHE="$folder/cache"
cd "$folder" # so that what is imported is what was installed
"$folder/environment/bin/kelishim" prepare
# one short comparison: what it finds missing is made now, not by every user
"$folder/environment/bin/kelishim" compare demo --scale 1000 --draws 2 --replications 1 --workers 1 --out "$folder/trial" >/dev/null
rm -rf "$folder/trial"
chmod -R a+rX,a-w "$folder/cache"
