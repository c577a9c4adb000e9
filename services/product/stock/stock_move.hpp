#pragma once
#include "services/kit/ids.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace product {

constexpr std::int64_t MAX_ON_HAND = 1'000'000'000;  ///< of one product

/// What there is of a product.
struct StockState {
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t low_at = 0;
  std::int64_t available() const { return on_hand - reserved; }
};

/// What staff wants moved onto (or off) the shelf.
struct NewMove {
  std::int64_t change = 0;
  std::string reason;  ///< received, returned (both only more), corrected
  std::optional<std::string> note;
};

/// A line of the ledger.
struct StockMove {
  std::int64_t id = 0;
  std::int64_t change = 0;
  std::string reason;
  std::optional<std::int64_t> order;
  std::optional<std::int64_t> by;  ///< the staff member
  std::optional<std::string> note;
  std::string at;            ///< RFC 3339
  std::int64_t balance = 0;  ///< on hand after it
};

/// Throws Problem 422 that names every field that is wrong.
NewMove read_move(const nlohmann::json& body);
std::int64_t read_low_at(const nlohmann::json& body);

/// The move would leave less on the shelf than is held for orders, or more than can be counted.
class MoveRefused : public std::exception {
 public:
  explicit MoveRefused(StockState state) : state(state) {}
  const char* what() const noexcept override { return "stock move refused"; }
  StockState state;
};

}  // namespace product
