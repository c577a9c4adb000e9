#pragma once
#include "services/kit/error/problem.hpp"
#include "services/kit/health/health.hpp"
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <exception>
#include <optional>

namespace kit::runtime {

/// Adds /livez, /readyz and /metrics. The first two respond also while all workers are busy.
void add_operations(http::Router& router, Health& health, Metrics& metrics);

/// The problems that the kit's own exceptions become: 503 with Retry-After when a dependency is away, 422 for
/// an idempotency key of another request. Returns nullopt for any other exception.
std::optional<Problem> map_error(std::exception_ptr error);

}  // namespace kit::runtime
