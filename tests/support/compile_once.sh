#!/bin/sh
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# compile_once.sh FOLDER COMPILER ARGUMENT...: a compiler launcher (CMAKE_CXX_COMPILER_LAUNCHER) for tests that build
# several projects with the same headers and options. assay's main() takes as long as everything else in them, so
# src/main.cpp is compiled for the first, and its object, kept in FOLDER, is what the others get, until a header changes.
kept=$1
shift
case "$*" in *src/main.cpp*) ;; *) exec "$@" ;; esac
for word; do
  if [ "$last" = -o ]; then object=$word; fi
  last=$word
done
source=$(dirname "$0")/../..
if [ -e "$kept/main.o" ] && [ -z "$(find "$source/include" "$source/src" -newer "$kept/main.o")" ]; then
  cp "$kept/main.o" "$object"
  if [ -e "$kept/main.d" ]; then cp "$kept/main.d" "$object.d"; fi
else
  mkdir -p "$kept" && "$@" && cp "$object" "$kept/main.o" || exit
  if [ -e "$object.d" ]; then cp "$object.d" "$kept/main.d"; fi
fi
