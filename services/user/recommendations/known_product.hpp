#pragma once
#include "services/kit/ids.hpp"
#include "services/kit/money/money.hpp"

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace user {

/// A row of this service's read model of products.
struct KnownProduct {
  std::string name;
  std::optional<kit::Money> price;
  bool retired = false;
};

using KnownProducts = std::map<kit::ProductId, KnownProduct>;

/// Adds name, price, currency and retired to a row of an answer.
void describe(nlohmann::ordered_json& row, const KnownProduct& product);

}  // namespace user
