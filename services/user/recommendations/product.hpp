#pragma once
#include "services/kit/ids.hpp"
#include "services/kit/money/money.hpp"

#include <map>
#include <optional>
#include <string>

namespace user {

/// A product as far as this service has heard of it.
struct Product {
  std::string name;
  std::optional<kit::Money> price;
  bool retired = false;
};

using Products = std::map<kit::ProductId, Product>;

}  // namespace user
