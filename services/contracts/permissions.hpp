#pragma once
#include "services/kit/access/rules.hpp"

#include <span>

namespace contracts {

/// The permission table: who may call which route of which service. The only place that grants access.
std::span<const kit::access::Rule> permissions();

}  // namespace contracts
