# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# cmake -DWORK_DIR=<folder> -P tests/umbrella_must_fail.cmake
#
# That umbrella.cmake finds what it is there to find: headers with one mistake each, and headers without.
cmake_minimum_required(VERSION 3.25)

function(write_good_headers)
  file(REMOVE_RECURSE "${WORK_DIR}")
  foreach(name IN ITEMS measure roofline score verify main)
    file(WRITE "${WORK_DIR}/assay/${name}.hpp" "#pragma once\n")
  endforeach()
  file(WRITE "${WORK_DIR}/assay/assay.hpp" "#pragma once\n\n// Why.\n#include \"assay/a.hpp\"\n#include \"assay/b.hpp\"\n")
  file(WRITE "${WORK_DIR}/assay/a.hpp" "#include <cmath>\n#include \"assay/stats/c.hpp\"\nint a();\n")
  file(WRITE "${WORK_DIR}/assay/b.hpp" "")
  file(WRITE "${WORK_DIR}/assay/stats/c.hpp" "")
endfunction()

function(expect words)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" "-DASSAY_INCLUDE_FOLDER=${WORK_DIR}" -P "${CMAKE_CURRENT_LIST_DIR}/umbrella.cmake"
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
  if(words STREQUAL "" AND NOT status EQUAL 0)
    message(SEND_ERROR "good headers are refused: ${output}")
  elseif(NOT words STREQUAL "" AND (status EQUAL 0 OR NOT output MATCHES "${words}"))
    message(SEND_ERROR "expected '${words}', got (${status}): ${output}")
  endif()
endfunction()

write_good_headers()
expect("")

write_good_headers()
file(REMOVE "${WORK_DIR}/assay/verify.hpp")
expect("assay/verify.hpp does not exist")

write_good_headers()
file(WRITE "${WORK_DIR}/assay/assay.hpp" "#include \"assay/b.hpp\"\n#include \"assay/a.hpp\"\n")
expect("assay/assay.hpp is not sorted")

write_good_headers()
file(APPEND "${WORK_DIR}/assay/score.hpp" "int score();\n")
expect("assay/score.hpp holds more than includes")

write_good_headers()
file(APPEND "${WORK_DIR}/assay/b.hpp" "#include <assay/nowhere.hpp>\n")
expect("assay/b.hpp includes assay/nowhere.hpp, which does not exist")

write_good_headers()
file(WRITE "${WORK_DIR}/assay/stats/forgotten.hpp" "")
expect("assay/stats/forgotten.hpp is reached from none")
