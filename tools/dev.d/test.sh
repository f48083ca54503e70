# shellcheck shell=bash
# ./dev test: every kind of test is a stage; each says how many cases passed and failed, and how long it took.
# A stage is a function stage_NAME that runs it, and has_NAME that says whether there is anything to run.
# Its results (the output, ctest's JUnit file, GoogleTest's JSON) lie in build/results/NAME and are counted from there.

QUICK_STAGES="unit contract"
ALL_STAGES="unit contract more sdk browser openapi crash cluster asan tsan lint"

PASSED=0
FAILED=0
SUMMARY=()

run_stage() {
  local name=$1 started=$SECONDS status=0 passed failed line
  RESULTS=$ROOT/build/results/$name
  rm -rf "$RESULTS"
  mkdir -p "$RESULTS"
  echo "── $name"
  # Not in a condition, where bash would ignore `set -e` inside.
  set +e
  (set -e; "stage_$name") 2>&1 | tee "$RESULTS/output.log"
  status=${PIPESTATUS[0]}
  set -e
  read -r passed failed < <(python3 tools/count_tests.py "$RESULTS" "$status" || echo "0 1")
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  printf -v line '%-9s %6d passed %4d failed   %s' "$name" "$passed" "$failed" "$(duration $((SECONDS - started)))"
  SUMMARY+=("$line")
}

# run_ctest PRESET CTEST-ARGUMENT…, under the command in RUN_UNDER if there is one.
run_ctest() {
  local preset=$1
  shift
  # shellcheck disable=SC2086
  GTEST_OUTPUT="json:$RESULTS/" ${RUN_UNDER:-} ctest --test-dir "build/$preset" --output-on-failure --no-tests=error \
    --parallel "$(nproc)" --output-junit "$RESULTS/ctest.xml" "$@"
}
# How many of a preset's tests have a label that matches (or, with -LE, has none that does).
count_ctest() { ctest --test-dir "build/$1" -N "${@:2}" 2>/dev/null | sed -n 's/^Total Tests: //p'; }

# Units and contracts: pure, or on one seam; no network, no servers of others.
has_unit() { true; }
stage_unit() { build_tests release && run_ctest release -L '^unit$'; }
has_contract() { [ -f build/release/CTestTestfile.cmake ] && [ "$(count_ctest release -L '^contract$')" != 0 ]; }
stage_contract() { build_tests release && run_ctest release -L '^contract$'; }

# Whatever other labels there are: the simulator, the running program, …
NOT_MORE='^(unit|contract|cluster)$'
has_more() { [ -f build/release/CTestTestfile.cmake ] && [ "$(count_ctest release -LE "$NOT_MORE")" != 0 ]; }
stage_more() { build_tests release && run_ctest release -LE "$NOT_MORE"; }

# The player SDK: its units with a clock and a network of their own, its size, its types, its documentation.
has_sdk() { [ -f sdk/package.json ]; }
stage_sdk() {
  need sdk
  npm_install sdk
  npm --prefix sdk run check
  npm --prefix sdk test
}

# Real pages in a real Chromium, driven by node's own test runner.
has_browser() { [ -f tests/browser/package.json ]; }
stage_browser() {
  need build browser video
  build_program release
  npm_install tests/browser
  PLAYHEAD=$ROOT/build/release/playhead CHROMIUM=$(command -v chromium) npm --prefix tests/browser test
}

# The running server against docs/openapi.yaml.
has_openapi() { compgen -G 'tests/contract/openapi_test.*' >/dev/null; }
stage_openapi() {
  local test venv=$ROOT/build/venv
  need openapi
  build_program release
  python_venv "$venv" tests/contract/requirements.txt
  test=$(compgen -G 'tests/contract/openapi_test.*')
  PATH=$venv/bin:$PATH PLAYHEAD=$ROOT/build/release/playhead "${test/#/./}"
}

# kill -9 at random moments; `./dev crash N` runs more rounds.
has_crash() { [ -x tests/crash/run ]; }
stage_crash() { crash_rounds 20; }

# Both seams against real servers, which each program starts and ends by itself. The folder keeps what this configures:
# a later ./dev run there builds with Rust too.
has_cluster() { [ -d tests/cluster ]; }
stage_cluster() {
  need browser video # one program drives the demo
  build_cluster release
  npm_install tests/browser
  run_ctest release -L '^cluster$'
}

# The same units and contracts, instrumented.
has_asan() { true; }
stage_asan() {
  build_tests asan
  ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1 \
    run_ctest asan -L '^(unit|contract)$'
}
has_tsan() { true; }
stage_tsan() {
  local fixed_addresses=()
  build_tests tsan
  # g++ 12's ThreadSanitizer cannot map its shadow where the kernel randomises addresses more than it expects.
  if setarch -R true 2>/dev/null; then fixed_addresses=(setarch -R); fi
  TSAN_OPTIONS="suppressions=$ROOT/tools/tsan.supp second_deadlock_stack=1" RUN_UNDER="${fixed_addresses[*]}" \
    run_ctest tsan -L '^(unit|contract)$'
}

# How the code looks; what was clean before is not looked at again.
has_lint() { true; }
stage_lint() { cmd_lint; }

#: test [quick|all|STAGE...] | run tests (default all); quick is unit and contract; a wrong STAGE lists them
cmd_test() {
  local stages=${*:-all} stage asked=1 started=$SECONDS line
  case $stages in
    quick) stages=$QUICK_STAGES asked=0 ;;
    all) stages=$ALL_STAGES asked=0 ;;
  esac
  for stage in $stages; do
    declare -F "stage_$stage" >/dev/null ||
      die "there is no test stage '$stage'" "./dev test with one of: quick all $ALL_STAGES"
  done
  need build test
  for stage in $stages; do
    if "has_$stage"; then
      run_stage "$stage"
    elif [ $asked -eq 1 ]; then
      die "there are no tests of the kind '$stage' in this tree" "./dev test"
    fi
  done
  echo
  for line in "${SUMMARY[@]}"; do echo "$line"; done
  echo "in $(duration $((SECONDS - started)))"
  if [ $FAILED -gt 0 ]; then echo "next: look into build/results; ./dev test STAGE runs one stage again"; fi
  echo "$PASSED passed, $FAILED failed"
  [ $FAILED -eq 0 ]
}
