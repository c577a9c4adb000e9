#pragma once
#include "services/kit/error/problem.hpp"

#include <exception>
#include <optional>

namespace order {

/// The answer to a domain error. Returns nullopt for any other exception.
std::optional<kit::Problem> problem_of(const std::exception_ptr& error);

}  // namespace order
