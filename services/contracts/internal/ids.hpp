#pragma once
#include "services/kit/id.hpp"

namespace contracts {

using ProductId = kit::Id<struct ProductTag>;
using OrderId = kit::Id<struct OrderTag>;

}  // namespace contracts
