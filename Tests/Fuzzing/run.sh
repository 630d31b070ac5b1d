#!/bin/bash
# Fuzzes the readers of untrusted files with libFuzzer and AddressSanitizer.
#
#   Tests/Fuzzing/run.sh [seconds] [target…]     default: 600 seconds, every target
#
# Everything is built into .build-fuzz. What is found lies in .build-fuzz/TARGET/crashes; a case
# that was understood and repaired belongs into Tests/Fuzzing/Corpus/TARGET, whose files are the
# seeds here and tests in every test run (CorpusTests). FUZZ_JOBS targets run at once (default 1).
set -euo pipefail

cd "$(dirname "$0")/../.."
seconds=${1:-600}
shift || true
all="json safetensors tokenizer chat-template regex configuration node-file"
targets=${*:-$all}
out=.build-fuzz
here=Tests/Fuzzing

fail() { echo "error: $1" >&2; exit 1; }

case $seconds in *[!0-9]* | "") fail "the time is a whole number of seconds: $seconds" ;; esac
for target in $targets; do
  case " $all " in *" $target "*) ;; *) fail "no target $target; there are: $all" ;; esac
done
swiftc=$(command -v swiftc || true)
[ -n "$swiftc" ] || swiftc=/opt/swift/usr/bin/swiftc
[ -x "$swiftc" ] || fail "no swiftc in PATH or /opt/swift; see https://www.swift.org/install"
tools=$(dirname "$(readlink -f "$swiftc")")
clang=$tools/clang
[ -x "$clang" ] || fail "no clang beside $swiftc"
for runtime in fuzzer asan; do
  found=$(find "$tools/../lib" -name "libclang_rt.$runtime-$(uname -m).a" | head -1)
  [ -n "$found" ] || fail "the toolchain of $swiftc has no libclang_rt.$runtime for $(uname -m);
  libFuzzer comes with the toolchains for Linux of swift.org"
done
pkg-config --exists openblas || fail "OpenBLAS is missing: apt install libopenblas-dev"

mkdir -p $out
flags=(-swift-version 6 -package-name realign -O -g -sanitize=fuzzer,address -enable-testing
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
  -I $out -I CSources/COpenBLAS)
c_modules="CRealignKernels CRealignMPI CRealignNaive"
for flag in $(pkg-config --cflags openblas); do flags+=(-Xcc "$flag"); done

# Whether a product is older than a source, or not there.
stale() {
  [ ! -e "$1" ] || [ -n "$(find "${@:2}" -newer "$1" -type f | head -1)" ]
}

kernels() {
  stale $out/kernels.stamp CSources || return 0
  local module source
  : > $out/module.modulemap
  for module in $c_modules; do
    echo "building $module"
    for source in "CSources/$module"/*.c; do
      "$clang" -O2 -g -fsanitize=address -I"CSources/$module/include" \
        -c "$source" -o "$out/$(basename "$source" .c).kernel.o"
    done
    cat >> $out/module.modulemap <<MAP
module $module {
  header "$PWD/CSources/$module/include/$module.h"
  export *
}
MAP
  done
  touch $out/kernels.stamp
}

library() {
  stale "$out/$1.o" "Sources/$1" "${@:2}" || return 0
  echo "building $1"
  find "Sources/$1" -name '*.swift' | sort > "$out/$1.list"
  "$swiftc" "${flags[@]}" -wmo -parse-as-library -module-name "$1" -emit-module \
    -emit-module-path "$out/$1.swiftmodule" -emit-object -o "$out/$1.o" "@$out/$1.list"
}

fuzzer() {
  local name source
  name=$(echo "$1" | sed -E 's/(^|-)(.)/\U\2/g; s/^Json$/JSON/; s/^Safetensors$/SafeTensors/')
  source=$here/Fuzzers/${name}Fuzzer.swift
  stale "$out/$1.fuzzer" $out/*.o $here/Checks $here/Fuzzers || return 0
  echo "building the fuzzer of $1"
  # The sanitizer's own symbols cannot be exported, of which the linker warns line by line.
  "$swiftc" "${flags[@]}" -wmo -parse-as-library -module-name Fuzzing -o "$out/$1.fuzzer" \
    -emit-executable -emit-module-path "$out/$1.swiftmodule" \
    $here/Checks/*.swift $here/Fuzzers/FuzzEntry.swift "$source" $out/Realign*.o \
    $out/*.kernel.o $(pkg-config --libs openblas) -llapacke -lm 2> "$out/$1.log" \
    || { cat "$out/$1.log" >&2; fail "the fuzzer of $1 cannot be built"; }
}

# Leaks are not looked for: globals behind tagged pointers are taken for some. An input may take
# 5 seconds, those above 1 are kept beside the crashes; on a busy machine both can be false alarms.
run() {
  local folder=$out/$1 longest=4096 status=0
  case $1 in tokenizer) longest=16384 ;; safetensors) longest=8192 ;; esac
  mkdir -p "$folder/crashes" "$folder/corpus"
  ASAN_OPTIONS=detect_leaks=0 nice -n 19 "$out/$1.fuzzer" \
    "$folder/corpus" "$here/Corpus/$1" -dict="$here/Dictionaries/$1.dict" \
    -max_total_time="$seconds" -max_len="$longest" -timeout=5 -rss_limit_mb=2048 \
    -report_slow_units=1 -print_final_stats=1 -artifact_prefix="$folder/crashes/" \
    > "$folder/log" 2>&1 || status=$?
  summary "$1" "$status"
  return $status
}

summary() {
  local log=$out/$1/log features executed
  features=$(grep -oE 'ft: [0-9]+' "$log" | tail -1 || true)
  executed=$(grep -oE 'number_of_executed_units: [0-9]+' "$log" | grep -oE '[0-9]+' || true)
  if [ "$2" = 0 ]; then
    echo "$1: ${executed:-?} executions in $seconds s, ${features:-no features}, nothing found"
  else
    echo "$1: FOUND SOMETHING; see $log and $out/$1/crashes" >&2
    tail -30 "$log" >&2
  fi
}

kernels
library RealignNumerics CSources
library RealignText
library RealignHardware $out/RealignNumerics.o $out/RealignText.o
library RealignModels $out/RealignNumerics.o $out/RealignText.o
for target in $targets; do fuzzer "$target"; done
[ "$seconds" -gt 0 ] || exit 0
bad=0
for target in $targets; do
  while [ "$(jobs -rp | wc -l)" -ge "${FUZZ_JOBS:-1}" ]; do wait -n || bad=1; done
  run "$target" &
done
while [ -n "$(jobs -p)" ]; do wait -n || { [ $? = 127 ] && break; bad=1; }; done
exit $bad
