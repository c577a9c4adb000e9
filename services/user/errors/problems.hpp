#pragma once
#include "services/kit/error/problem.hpp"

#include <exception>
#include <optional>

namespace user {

/// The problem that a DomainError stands for; returns nullopt for any other exception.
std::optional<kit::Problem> problem_of(std::exception_ptr error);

}  // namespace user
