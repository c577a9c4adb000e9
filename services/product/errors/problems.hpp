#pragma once
#include "services/kit/error/problem.hpp"

#include <exception>
#include <optional>

namespace product {

/// What each domain error of this service means to the client; nullopt for other exceptions.
std::optional<kit::Problem> problem_of(const std::exception_ptr& error);

}  // namespace product
