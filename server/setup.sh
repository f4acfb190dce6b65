# shellcheck shell=bash
# Sourced by server/run and tests/run: installs what is missing and builds. Each function does nothing where nothing is to be done.
# Progress goes to stderr, what the tools print to build/setup.log.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
build=$root/build
log=$build/setup.log
node_minimum=22.12
node_version=22.23.3 # fetched where the machine has an older one
# shellcheck disable=SC2034 # for the sourcing scripts
packages=(g++ cmake ninja-build pkg-config libboost1.81-dev nlohmann-json3-dev libsqlite3-dev libcli11-dev libssl-dev
  libicu-dev libstemmer-dev libmimalloc-dev libsodium-dev ca-certificates)

say() { printf 'advisor: %s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# step NAME COMMAND...: runs the command in the root folder; where it fails, shows the end of what it printed.
step() {
  local status=0 before
  before=$(wc -l <"$log")
  quiet "$@" || status=$?
  if ((status)); then
    tail -n "+$((before + 1))" "$log" | tail -n 40 >&2
    say "FAILED: $1 (status $status); everything it printed is in $log"
  fi
  return "$status"
}

quiet() {
  say "$1 ..."
  printf '\n== %s: %s\n' "$1" "${*:2}" >>"$log"
  # Descriptor 9 is the lock: nothing that a tool leaves running may keep it.
  (cd "$root" && "${@:2}") </dev/null 2>&1 9>&- | progress
}

# Copies stdin to the log. Of Ninja's lines one every 10 seconds also shows how far it is.
progress() {
  local line next=$((SECONDS + 10))
  while IFS= read -r line || [[ $line ]]; do
    printf '%s\n' "$line"
    if ((SECONDS >= next)) && [[ $line =~ ^\[[0-9]+/[0-9]+\] ]]; then
      say "  ${BASH_REMATCH[0]}"
      next=$((SECONDS + 10))
    fi
  done >>"$log"
}

# One build at a time in a clone; held until unlock_build or the end of the script.
lock_build() {
  if ! { mkdir -p "$build" && touch "$build/setup.lock" "$log"; } 2>/dev/null; then
    die "cannot write in $build; does it belong to another user?"
  fi
  exec 9>"$build/setup.lock"
  flock -n 9 || {
    say "waiting for another build in $build ..."
    flock 9
  }
  : >"$log"
}

unlock_build() { exec 9>&-; }

# need_packages PACKAGE...: root gets the missing ones installed, anybody else is told how.
need_packages() {
  local name state installed=' ' boost='' missing=() install
  if ! command -v dpkg-query >/dev/null; then
    say "this is no Debian machine, so nothing gets installed; needed are $*, and npm with Node $node_minimum or newer"
    return
  fi
  while read -r name state; do
    [[ $state == installed ]] || continue
    installed+="$name "
    if [[ $name == libboost1.* && $name != libboost1.81-dev ]]; then boost=$name; fi
  done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 'libboost1.*-dev' "$@" 2>/dev/null)
  for name in "$@"; do
    [[ $installed == *" $name "* ]] || missing+=("$name")
  done
  # Only where there is none: Debian's npm does not go with a Node from elsewhere.
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then missing+=(nodejs npm); fi
  ((${#missing[@]})) || return 0

  install="apt-get install --no-install-recommends ${missing[*]}"
  if ((EUID)); then install="sudo $install"; fi
  if [[ $boost && " ${missing[*]} " == *' libboost1.81-dev '* ]]; then
    die "libboost1.81-dev cannot be installed beside $boost, and nothing has been changed.
If nothing else here needs $boost, let apt put the one in place of the other, then start again:
  $install"
  fi
  if ((EUID)); then
    local service=''
    if [[ " ${missing[*]} " == *' ejabberd '* ]]; then
      service='
ejabberd comes with a service that the tests have no use for: sudo systemctl disable --now ejabberd'
    fi
    die "packages are missing. Install them, then start again:
  sudo apt-get update && $install$service"
  fi

  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300
    -o Dpkg::Options::=--force-confold install "${missing[@]}")
  if [[ " ${missing[*]} " == *' ejabberd '* ]]; then apt=(without_services "${apt[@]}"); fi
  quiet "installing ${#missing[@]} packages" "${apt[@]}" && return
  # No package lists yet, or old ones.
  step "fetching the package lists" apt-get update
  step "installing ${#missing[@]} packages of Debian 12" "${apt[@]}"
}

# without_services COMMAND...: runs it, and what it installs is neither started nor started with the machine. The tests start an
# ejabberd of their own; a package's would be one more server that listens, and leaves Erlang's port mapper running.
without_services() (
  policy=/usr/sbin/policy-rc.d
  had_mapper=$(pidof epmd || true)
  if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
  fi
  "$@" || exit
  update-rc.d ejabberd disable
  if command -v systemctl >/dev/null; then systemctl --no-reload disable epmd.socket epmd.service || true; fi
  if [[ ! $had_mapper ]]; then epmd -kill || true; fi
)

# Puts a Node that is new enough first in PATH.
need_node() {
  node_fits && return
  local arch tools=$build/tools/node
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) die "needed is Node $node_minimum or newer, and there is no ready one for $(uname -m)" ;;
  esac
  PATH=$tools/node_modules/node-linux-$arch/bin:$PATH
  hash -r
  if [[ $(node -v) != "v$node_version" ]]; then
    rm -rf "$tools" && mkdir -p "$tools"
    step "fetching Node $node_version" npm install --prefix "$tools" --no-save --no-package-lock "node-linux-$arch@$node_version"
    hash -r
  fi
  mkdir -p "$tools/node_modules/node-linux-$arch/lib" # npm 9, Debian's, looks for global packages there, and npx fails where there is none
  node_fits || die "the Node that was fetched does not run: $(node -v 2>&1)"
}

node_fits() {
  local version
  version=$(node -v 2>/dev/null) && printf '%s\n' "$node_minimum" "${version#v}" | sort -C -V
}

# The web client's packages as locked. Under an older Node npm would leave out native parts without a word, so need_node comes first.
need_web_packages() {
  local stamp=$root/web/node_modules/.installed-for want
  want=$(cat "$root/web/package.json" "$root/web/package-lock.json" <(node -v) | sha256sum)
  [[ -f $stamp && $(<"$stamp") == "$want" ]] && return
  step "fetching the web client's packages" npm ci --prefix "$root/web" --include=dev --include=optional --ignore-scripts
  printf '%s\n' "$want" >"$stamp"
}

# build_preset PRESET [TARGET]
build_preset() {
  local folder=$build/$1 fresh=()
  export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=true # where there is ccache: another clone's objects serve too
  export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL-$(build_jobs)}
  if [[ ! $folder/build.ninja -nt $root/CMakePresets.json ]] ||
    ! grep -qFx "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
    if [[ -d $folder ]]; then fresh=(--fresh); fi
    step "configuring ($1)" cmake "${fresh[@]}" --preset "$1" || return
  fi
  step "building ($1)" cmake --build --preset "$1" ${2:+--target "$2"}
}

# As many compilers as there are cores, as far as memory goes: each takes up to 2 GB.
build_jobs() {
  local cores gigabytes
  cores=$(nproc)
  gigabytes=$(awk '/^MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
  printf '%s\n' $((gigabytes < 4 ? 1 : gigabytes / 2 < cores ? gigabytes / 2 : cores))
}
