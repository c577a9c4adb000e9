#include "services/user/recommendations/known_product.hpp"

namespace user {

void describe(nlohmann::ordered_json& row, const KnownProduct& product) {
  row["name"] = product.name;
  if (product.price) {
    row["price"] = nlohmann::ordered_json(product.price->number());
    row["currency"] = product.price->currency().code();
  }
  row["retired"] = product.retired;
}

}  // namespace user
