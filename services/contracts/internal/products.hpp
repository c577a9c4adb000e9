#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

// GET /internal/products of the product service, called by order and user.
namespace contracts {

/// A product as the product service has it now.
struct Offer {
  ProductId id;
  std::string name;
  kit::Money unit_price;
  std::int64_t available = 0;  ///< in stock and not reserved
  bool retired = false;        ///< not on sale any more
};

constexpr std::size_t MAX_OFFER_IDS = 100;  ///< in one request

/// Requests for offers by id, one for each MAX_OFFER_IDS. Ids that the catalog never had are not answered.
std::vector<std::string> offers_targets(std::span<const ProductId> ids);
/// The request for the offer with exactly this name, whatever the case; answered 404 when there is none.
std::string offer_target(std::string_view name);

nlohmann::json to_json(const Offer& offer);
/// The answer to a request by ids: {"products":[…]}.
nlohmann::json to_json(const std::vector<Offer>& offers);

/// Throws Malformed.
Offer read_offer(const std::string& body);
/// Throws Malformed.
std::vector<Offer> read_offers(const std::string& body);

}  // namespace contracts
