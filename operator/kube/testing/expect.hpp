#pragma once
// For tests: what a call throws and what the metrics say.
#include "operator/kube/client/error.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kube::testing {

/// The ApiError that `call` throws; the test fails when it throws none.
template <class Call>
ApiError failure(const Call& call) {
  try {
    call();
  } catch (const ApiError& error) {
    return error;
  }
  ADD_FAILURE() << "no ApiError was thrown";
  return {-1, "", ""};
}

/// The value of a series, named as in the exposition format: `x_total{code="500"}`; -1 when there is none.
inline double metric(kit::Metrics& metrics, const std::string& series) {
  const auto text = "\n" + metrics.text();
  const auto at = text.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
}

}  // namespace kube::testing
