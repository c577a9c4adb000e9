#pragma once
#include "services/kit/error/problem.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kit {

/// For tests: the fields that what `read` reads is refused for (with 422), comma-separated; "" when it is
/// taken.
template <class Read>
std::string refused(Read&& read) {
  std::string fields;
  try {
    read();
  } catch (const Problem& problem) {
    EXPECT_EQ(problem.status(), 422);
    EXPECT_FALSE(problem.fields().empty()) << problem.title();
    for (const auto& error : problem.fields()) fields += (fields.empty() ? "" : ",") + error.field;
  }
  return fields;
}

}  // namespace kit
