#pragma once
#include "services/kit/error/problem.hpp"

#include <exception>
#include <optional>

namespace notification {

/// The problem that a domain error of this service stands for; returns nullopt for any other exception.
std::optional<kit::Problem> problem_of(const std::exception_ptr& error);

}  // namespace notification
