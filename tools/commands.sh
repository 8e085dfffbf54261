# The commands of `dev`: for each a line in the list, a help text and a function. Sourced by `dev`; needs $top and root.sh.

command_names=(setup build test check fmt bench demo shell clean doctor)

declare -A summary=(
  [setup]="build the Debian 13 root that everything runs in (once)"
  [build]="compile"
  [test]="compile, check and test: what CI runs"
  [check]="formatting, clang-tidy, layers, sizes, header sets"
  [fmt]="format the sources"
  [bench]="run a benchmark"
  [demo]="watch a live migration on this machine"
  [shell]="a shell, or one command, inside the root"
  [clean]="remove what was built"
  [doctor]="say what this machine can do, and what follows from each 'no'"
)

declare -A usage=(
  [setup]="./dev setup

Builds the root in \${DROVER_CACHE:-/var/cache/drover}, outside the checkout: some two minutes, 1.1 GB. It is keyed by
tools/packages.txt and tools/root_recipe; if it is there, nothing happens. Safe to interrupt and to run twice.
Other commands do this by themselves when needed."
  [build]="./dev build [--preset dev|asan|tsan|release] [TARGET...]

Configures if needed and builds into build/PRESET (programs in build/PRESET/bin). DROVER_BUILD_DIR=DIR builds into DIR/PRESET."
  [test]="./dev test [--preset dev|asan|tsan|release] [--no-check] [CTEST-ARGUMENT...]

Builds, then checks, then runs ctest: \`./dev test -R carbon\`, \`./dev test -L unit\`, \`./dev test -LE e2e\`."
  [check]="./dev check [PATH...]

clang-format, layers (tools/layers.txt), sizes and banned calls (tools/tidy_allow.txt), header sets, clang-tidy.
With PATHs only the files below them are formatted-checked and tidied. clang-tidy's findings are cached per file."
  [fmt]="./dev fmt [PATH...]

Formats all sources, or those below the PATHs, with clang-format-19."
  [bench]="./dev bench [migration] [ARGUMENT...]
./dev bench micro [BENCHMARK-ARGUMENT...]

Builds the release preset, then runs \`drover bench migration ARGUMENT...\` (\`./dev bench migration --help\` lists them), or every
Google Benchmark program."
  [demo]="./dev demo [ARGUMENT...]

Builds the release preset, then runs \`drover demo ARGUMENT...\` inside the root. The most used arguments:
  --hours N --zones A,B,C --start TIME   the window; by default 48 hours in which moves pay, three zones with contrast
  --policy stay|immediate|forecast       who decides; default forecast
  --speed S                              simulated seconds per second; default 3600
  --memory MIB                           of data in Redis; default 64
  --synthetic | --csv FILE...            the carbon data; by default the shared data set if it is there, else synthetic
  --json FILE                            the report, as docs/formats/demo.md says
  --keep                                 leave the cluster running
\`./dev demo -h\` lists all."
  [shell]="./dev shell [-- COMMAND [ARGUMENT...]]

Opens a shell inside the root, in the current folder, or runs COMMAND there and returns its exit code."
  [clean]="./dev clean [--all]

Removes build/. With --all also the cached roots that nothing runs in, images and the compiler cache."
  [doctor]="./dev doctor [--json]

Tries what drover needs, for real: root, CRIU (a process is dumped and restored), userfaultfd, nftables, control groups, tc, space.
Exit code 0 if everything works, 1 if something does not."
)

is_command() { [[ -n ${1:-} && -v summary[$1] ]]; }

list_commands() {
  printf 'usage: ./dev COMMAND [ARGUMENT...]\n\n'
  local name
  for name in "${command_names[@]}"; do printf '  %-8s %s\n' "$name" "${summary[$name]}"; done
  printf '\n`./dev COMMAND --help` says more.\n'
}

show_help() { printf '%s\n\n%s\n' "./dev $1: ${summary[$1]}" "usage: ${usage[$1]}"; }

jobs() { nproc; }

# Takes `--preset P` off the front of the arguments: sets preset, build and rest.
take_preset() {
  preset=dev
  if [[ ${1:-} == --preset ]]; then
    preset=${2:-}
    shift 2 || true
  elif [[ ${1:-} == --preset=* ]]; then
    preset=${1#--preset=}
    shift
  fi
  [[ $preset == @(dev|asan|tsan|release) ]] || die "unknown preset '$preset': dev, asan, tsan or release" 64
  use_preset "$preset"
  rest=("$@")
}

use_preset() {
  preset=$1
  build=${DROVER_BUILD_DIR:-$top/build}/$preset
}

# One build at a time in a build folder: ninja itself does not lock it.
compile() {
  cd "$top"
  mkdir -p "$build"
  exec {build_lock}>"$build/.lock"
  flock --nonblock "$build_lock" || {
    echo "dev: waiting for another build in $build"
    flock "$build_lock"
  }
  [[ -e $build/build.ninja ]] || cmake --preset "$preset" -B "$build" {build_lock}>&- || die "configuring failed"
  cmake --build "$build" --parallel "$(jobs)" ${1:+--target "$@"} {build_lock}>&-
  exec {build_lock}>&-
}

use_redis_image() { DROVER_REDIS_IMAGE=$("$top/tools/make_image" redis) && export DROVER_REDIS_IMAGE; }

command_setup() {
  (($# == 0)) || die "setup takes no argument" 64
  ensure_root
  echo "dev: the Debian 13 root is ready: $(root_path)"
}

command_build() {
  take_preset "$@"
  compile "${rest[@]}"
}

command_test() {
  take_preset "$@"
  local check=yes failed=()
  if [[ ${rest[0]:-} == --no-check ]]; then
    check=no
    rest=("${rest[@]:1}")
  fi
  compile
  [[ $check == no ]] || command_check || failed+=(check)
  use_redis_image
  local results=$build/tests.xml
  rm -f "$results"
  ctest --test-dir "$build" --output-on-failure --no-tests=error --output-junit "$results" --parallel "$(jobs)" "${rest[@]}" ||
    failed+=(tests)
  none_skipped "$results" || failed+=("skipped tests")
  ((${#failed[@]} == 0)) || die "failed: ${failed[*]}"
}

# A skipped test has not passed. Only the real data may be missing: its licences keep it out of a clone.
none_skipped() {
  local skipped
  skipped=$(grep -o 'testcase name="[^"]*"[^>]*status="notrun"' "$1" | cut -d'"' -f2 | grep -v '^carbon\.csv\.RealData\.') || return 0
  printf 'dev: not run, because this machine lacks something (its output and `./dev doctor` say what):\n%s\n' "$skipped"
  return 1
}

# A header that does not compile by itself fails here; then everything else is checked all the same.
command_check() {
  local result=0 preset build
  use_preset dev
  mkdir -p "$build"
  if (compile all_verify_interface_header_sets) >"$build/headers.log" 2>&1; then
    echo "check: headers  ok"
  else
    echo "check: headers  FAILED"
    grep -vE '^\[[0-9]+/[0-9]+\] Building' "$build/headers.log" || true
    result=1
  fi
  "$top/tools/check" "$@" || result=1
  return $result
}

command_fmt() { "$top/tools/check" --fix "$@"; }

command_bench() {
  local kind=${1:-migration}
  shift || true
  use_preset release
  case $kind in
    migration)
      compile drover drover-runtime
      use_redis_image
      exec "$build/bin/drover" bench migration "$@" ;;
    micro)
      compile benchmarks
      local program
      for program in "$build"/bin/*_bench; do "$program" "$@"; done ;;
    *) die "unknown benchmark '$kind': migration or micro" 64 ;;
  esac
}

command_demo() {
  use_preset release
  compile drover drover-runtime
  use_redis_image
  exec "$build/bin/drover" demo "$@"
}

command_shell() {
  if [[ ${1:-} == -- ]]; then shift; fi
  if (($#)); then exec "$@"; fi
  export PS1='(drover) \w \$ '
  exec bash --norc -i
}

command_clean() {
  [[ $# == 0 || ($# == 1 && $1 == --all) ]] || die "clean takes only --all" 64
  rm -rf "$top/build"
  [[ ${1:-} == --all ]] || return 0
  [[ ! -e $root_marker ]] || die "clean --all removes the root: run it outside of it"
  local root
  for root in "$cache"/root-*; do
    [[ -d $root ]] || continue
    if root_in_use "$root"; then
      echo "dev: $root stays: something runs in it"
    else
      rm -rf --one-file-system "$root"
    fi
  done
  rm -rf --one-file-system "$cache/ccache" "$cache/images" "$cache/tidy"
}

command_doctor() { exec "$top/tools/doctor" "$@"; }
