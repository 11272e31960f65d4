#!/bin/sh
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# compile_once.sh FOLDER COMPILER ARGUMENT...: a compiler launcher (CMAKE_CXX_COMPILER_LAUNCHER) for tests that build
# several projects with the same headers and options. assay's main() takes as long as everything else in them, so
# src/main.cpp is compiled for the first, and its object, kept in FOLDER, is what the others get.
folder=$1
shift
case "$*" in *src/main.cpp*) ;; *) exec "$@" ;; esac
for word; do
  if [ "$last" = -o ]; then object=$word; fi
  last=$word
done
if [ -e "$folder/main.o" ]; then
  cp "$folder/main.o" "$object" && cp "$folder/main.d" "$object.d"
else
  mkdir -p "$folder" && "$@" && cp "$object.d" "$folder/main.d" && cp "$object" "$folder/main.o"
fi
