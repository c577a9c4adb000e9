#pragma once
#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace product {

constexpr std::int64_t MAX_ON_HAND = 1'000'000'000;  ///< of one product

/// The stock of a product.
struct StockState {
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t low_at = 0;
  std::int64_t available() const { return on_hand - reserved; }
};

/// A change of stock by staff.
struct NewMove {
  std::int64_t change = 0;
  std::string reason;  ///< received or returned (both positive), or corrected
  std::optional<std::string> note;
};

/// A line of the ledger of stock changes.
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

/// These throw Problem 422 that names every wrong field.
NewMove read_move(const nlohmann::json& body);
std::int64_t read_low_at(const nlohmann::json& body);

/// The move would leave less on hand than is reserved, or more than MAX_ON_HAND.
struct MoveRefused final : std::exception {
  explicit MoveRefused(StockState state) : state(state) {}
  StockState state;
};

}  // namespace product
