# The commands of `dev`: for each a line in the list, a help text and a function. Sourced by `dev`; needs $top and root.sh.

command_names=(setup build test check fmt fuzz bench demo shell clean doctor)

declare -A summary=(
  [setup]="build the Debian 13 root that everything runs in (once)"
  [build]="compile"
  [test]="compile, check and test: what CI runs"
  [check]="formatting, clang-tidy, layers, sizes, header sets"
  [fmt]="format the sources"
  [fuzz]="look for bytes that a parser cannot bear"
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
  [fuzz]="./dev fuzz TARGET [--runs N] [LIBFUZZER-ARGUMENT...]
./dev fuzz --smoke

Builds the fuzz programs (preset fuzz) and runs one of them: \`csv\` is tests/fuzz/csv_fuzz.cpp, with the seeds in tests/fuzz/corpus/csv.
What it learns is kept in build/fuzz/corpus/TARGET; a finding is written to build/fuzz/findings/TARGET and repeated by
\`./dev fuzz TARGET FILE\`. --runs 0, the default, goes on until it is stopped.
--smoke runs every target for some seconds from its seeds alone, then the canary, whose planted fault must be found."
  [bench]="./dev bench [migration] [ARGUMENT...]
./dev bench carbon [ARGUMENT...]
./dev bench micro [BENCHMARK-ARGUMENT...]

Builds the release preset, then runs \`drover bench migration ARGUMENT...\` (\`./dev bench migration --help\` lists them), or
\`drover bench carbon\` beside the same regression in NumPy, or every Google Benchmark program."
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

# libFuzzer's own arguments for one target: its dictionary, its limits, where findings go.
fuzz_arguments() {
  local target=$1
  fuzz_options=(-max_len=4096 -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$build/findings/$target/")
  mkdir -p "$build/findings/$target"
  export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH-$(command -v addr2line)}
  [[ ! -e $top/tests/fuzz/$target.dict ]] || fuzz_options+=(-dict="$top/tests/fuzz/$target.dict")
}

fuzz_targets() {
  local file
  for file in "$top"/tests/fuzz/*_fuzz.cpp; do basename "$file" _fuzz.cpp; done
}

command_fuzz() {
  use_preset fuzz
  [[ ${1:-} != --smoke ]] || { (($# == 1)) || die "--smoke takes no argument" 64; fuzz_smoke; return; }
  local target=${1:-} runs=0
  [[ -e $top/tests/fuzz/${target}_fuzz.cpp ]] || die "which target? one of: $(fuzz_targets | paste -sd ' ')" 64
  shift
  if [[ ${1:-} == --runs ]]; then
    [[ ${2:-} =~ ^[0-9]+$ ]] || die "--runs takes a number" 64
    runs=$2
    shift 2
  fi
  compile "fuzz_$target"
  local fuzz_options
  fuzz_arguments "$target"
  # A FILE among the arguments: that one alone.
  local argument
  for argument; do
    [[ ! -f $argument ]] || exec "$build/fuzz/fuzz_$target" "${fuzz_options[@]}" "$@"
  done
  ((runs == 0)) || fuzz_options+=(-runs="$runs")
  mkdir -p "$build/corpus/$target"
  exec "$build/fuzz/fuzz_$target" "${fuzz_options[@]}" "$@" "$build/corpus/$target" "$top/tests/fuzz/corpus/$target"
}

# Some thousand runs of each target with a seed of its own, so that a failure repeats; then the canary.
fuzz_smoke() {
  compile fuzzers
  local target log scratch failed=() fuzz_options
  for target in $(fuzz_targets); do
    fuzz_arguments "$target"
    log=$build/findings/$target/smoke.log
    scratch=$(mktemp -d) # what it learns goes into its first folder, never into the seeds
    if "$build/fuzz/fuzz_$target" "${fuzz_options[@]}" -seed=1 -runs=20000 -max_total_time=20 -print_final_stats=1 \
      "$scratch" "$top/tests/fuzz/corpus/$target" >"$log" 2>&1; then
      echo "fuzz: $target  ok, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs"
    else
      echo "fuzz: $target  FAILED, see $log:"
      tail -40 "$log"
      failed+=("$target")
    fi
    rm -rf "$scratch"
  done
  find_canary || failed+=(canary)
  ((${#failed[@]} == 0)) || die "failed: ${failed[*]}"
}

find_canary() {
  local fuzz_options log scratch found
  fuzz_arguments canary
  log=$build/findings/canary/smoke.log
  scratch=$(mktemp -d)
  found=yes
  "$build/fuzz/fuzz_canary" "${fuzz_options[@]}" -seed=1 -max_total_time=60 "$scratch" "$top/tests/fuzz/corpus/csv" >"$log" 2>&1 && found=no
  rm -rf "$scratch"
  if [[ $found == no ]]; then
    echo "fuzz: canary  FAILED: its planted fault was not found"
    return 1
  fi
  grep -q 'AddressSanitizer: heap-buffer-overflow' "$log" || { echo "fuzz: canary  FAILED, see $log"; return 1; }
  echo "fuzz: canary  found"
}

command_bench() {
  local kind=${1:-migration}
  shift || true
  use_preset release
  case $kind in
    migration)
      compile drover drover-runtime
      use_redis_image
      exec "$build/bin/drover" bench migration "$@" ;;
    carbon)
      compile drover
      exec "$build/bin/drover" bench carbon --numpy "$top/tests/bench/ridge_numpy.py" "$@" ;;
    micro)
      compile benchmarks
      local program
      for program in "$build"/bin/*_bench; do "$program" "$@"; done ;;
    *) die "unknown benchmark '$kind': migration, carbon or micro" 64 ;;
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
