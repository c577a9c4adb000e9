#include "services/order/domain/placement.hpp"

#include "services/kit/error/problem.hpp"
#include "services/kit/json/reader.hpp"

#include <algorithm>

namespace order {
namespace {

constexpr std::int64_t MAX_QUANTITY = 1000;
constexpr std::size_t MAX_NAME = 200;

}  // namespace

Placement read_placement(const nlohmann::json& body, std::optional<kit::UserId> self) {
  kit::json::Reader reader(body);
  Placement out;
  if (self && !reader.has("user_id"))
    out.user = *self;
  else
    out.user.value = reader.integer("user_id", {1});
  out.product_field = !reader.has("product") && reader.has("product_name") ? "product_name" : "product";
  out.product = reader.string(out.product_field, {1, MAX_NAME});
  if (out.product_field == "product" && reader.has("product_name")) {
    reader.optional_string("product_name");
    reader.error("product_name", "cannot be given together with product");
  }
  out.quantity = reader.optional_integer("quantity", {1, MAX_QUANTITY}).value_or(1);
  reader.finish();
  return out;
}

std::string canonical(const Placement& placement) {
  return nlohmann::json{
      {"user_id", placement.user.value}, {"product", placement.product}, {"quantity", placement.quantity}}
      .dump();
}

}  // namespace order
