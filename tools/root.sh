# The Debian 13 root that everything is built and run in: made once, kept outside the checkout, entered through a private mount
# namespace. Sourced by `dev`; needs $top. Network and pid namespaces stay the host's.

cache=${DROVER_CACHE:-/var/cache/drover}
root_marker=/etc/drover-root
root_needs_mb=6144

die() {
  printf 'dev: %s\n' "$1" >&2
  exit "${2:-1}"
}

root_id() { cat "$top/tools/packages.txt" "$top/tools/root_recipe" | sha256sum | cut -c1-12; }
root_path() { echo "$cache/root-$(root_id)"; }

# True inside the root, and on a Debian 13 machine whose owner said DROVER_ROOT=/ (the packages are then the owner's business).
in_root() { [[ -e $root_marker || ${DROVER_ROOT:-} == / ]]; }

need_rights() {
  [[ $(id -u) == 0 ]] || die "needs root, to build and enter its Debian 13 root: run \`sudo ./dev …\`.
  Without root: on Debian 13, install the packages of tools/packages.txt and set DROVER_ROOT=/; build, test and check then work,
  but nothing that moves a container does."
  unshare --mount --propagation private true 2>/dev/null ||
    die "needs a private mount namespace, which this kernel or container refuses (unshare --mount failed).
  Run it on a machine of your own, in a virtual machine, or in a container with CAP_SYS_ADMIN and without a seccomp filter."
}

need_disk() {
  mkdir -p "$cache" || die "cannot create $cache: set DROVER_CACHE to a folder that can be written"
  local free
  free=$(df --output=avail -m "$cache" | tail -n 1)
  ((free >= root_needs_mb)) || die "needs $root_needs_mb MB free in $cache, and $((free)) MB are.
  Free some space (\`./dev clean --all\` removes what drover cached) or set DROVER_CACHE to a folder on a larger disk."
}

need_debootstrap() {
  command -v debootstrap >/dev/null && [[ -e /usr/share/debootstrap/scripts/trixie ]] && return
  command -v apt-get >/dev/null || die "needs debootstrap with its 'trixie' script: install it with this system's package manager"
  echo "dev: installing debootstrap"
  local try
  for try in 1 2 3 4; do
    apt-get update -q >/dev/null 2>&1 || true # a foreign source may fail; the install decides
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends debootstrap >/dev/null </dev/null && return
    sleep $((try * 5))
  done
  die "could not install debootstrap: see \`apt-get install debootstrap\`"
}

# Prints nothing when the root is there. A lock makes a second checkout wait for the first; the rename makes it all or nothing.
ensure_root() {
  local root
  root=$(root_path)
  [[ -e $root$root_marker ]] && return
  need_rights
  mkdir -p "$cache"
  exec {lock}>"$cache/setup.lock"
  flock --nonblock "$lock" || {
    echo "dev: waiting for another \`./dev setup\`"
    flock "$lock"
  }
  if [[ ! -e $root$root_marker ]]; then
    need_disk
    need_debootstrap
    rm -rf --one-file-system "$cache"/root-*.part
    echo "dev: building the Debian 13 root in $root (once; some minutes)"
    unshare --mount --propagation private -- "$top/tools/root_recipe" "$root.part" "$top/tools/packages.txt" </dev/null ||
      die "could not build the Debian 13 root; \`./dev setup\` starts over"
    root_id >"$root.part$root_marker"
    mv -T "$root.part" "$root"
    echo "dev: ready"
  fi
  exec {lock}>&-
}

raise_open_files() {
  local soft
  soft=$(ulimit -Sn)
  [[ $soft == unlimited ]] || ((soft >= 65536)) || ulimit -Sn 65536 2>/dev/null || ulimit -Sn "$(ulimit -Hn)" || true
}

# Replaces this process by COMMAND inside the root. The environment is the root's own but for what is listed.
enter() {
  ensure_root
  need_rights
  raise_open_files
  local kept=() variable
  for variable in ${!DROVER_@} ${!GTEST_@} ${!CTEST_@} ${!PYTEST_@} CI TERM RC_PARAMS SOURCE_DATE_EPOCH; do
    [[ ! -v $variable ]] || kept+=("$variable=${!variable}")
  done
  exec unshare --mount --propagation private -- "$top/tools/root_enter" "$(root_path)" "$top" "$cache" "$PWD" \
    "${kept[@]}" DROVER_CACHE="$cache" CCACHE_DIR="$cache/ccache" CCACHE_BASEDIR="$top" CCACHE_NOHASHDIR=1 "$@"
}

root_in_use() {
  local process
  for process in /proc/[0-9]*; do
    [[ ! $process/root -ef $1 ]] || return 0
  done
  return 1
}

# For `doctor`: where the root cannot be entered, that is the diagnosis.
can_enter() {
  local reason
  reason=$( (need_rights) 2>&1) && return
  reason=$(tr -s ' \n' ' ' <<<"${reason#dev: }")
  reason=${reason% }
  if [[ ${1:-} == --json ]]; then
    printf '{"checks": [{"name": "Debian 13 root", "ok": false, "detail": "%s", "consequence": "nothing can be tried"}]}\n' \
      "${reason//[\"\\]/}"
  else
    printf 'Debian 13 root  NO   %s\n' "$reason"
  fi
  exit 1
}
