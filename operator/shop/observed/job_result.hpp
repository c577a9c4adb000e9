#pragma once
#include "operator/shop/observed/observed.hpp"

#include <string>

namespace shop {

/// The termination message of the last pod of a Job that has ended, a successful one first; "" when there is
/// none (any more).
std::string job_result(const Observed& observed, const std::string& job);

}  // namespace shop
