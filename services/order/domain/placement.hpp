#pragma once
#include "services/kit/error/problem.hpp"
#include "services/order/domain/order.hpp"

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace order {

/// One thing that a client wants, by id or by exact name, whatever the case.
struct Wish {
  std::optional<kit::ProductId> product;
  std::string name;           ///< empty when there is the id
  std::int64_t quantity = 1;  ///< 1 to 1000
  std::string field;  ///< what the client called it, "product_name", "lines[2].product_id": errors say that
};

/// What a client asks for by POST /orders.
struct Placement {
  kit::UserId user;
  std::vector<Wish> lines;                    ///< 1 to 50
  std::optional<std::string> payment_method;  ///< nothing: the shop's default
  bool short_form = false;                    ///< one product beside the user, not `lines`
  /// What a later refusal of a product names: the short form's own field, else "lines".
  std::string product_field() const { return short_form ? lines.front().field : "lines"; }
};

constexpr std::size_t MAX_LINES = 50;
constexpr std::int64_t MAX_QUANTITY = 1000;  ///< of one product in one order

/// Reads the request's body. `self` is the user whose token came with it: the one meant when user_id is not
/// there. Throws Problem 422 that names every field that is wrong.
Placement read_placement(const nlohmann::json& body, std::optional<kit::UserId> self);

/// How it is to be paid, of a request to order what is in the cart: {"payment":{"method":…}} or {}. Throws
/// Problem 422 that names every field that is wrong.
std::optional<std::string> read_checkout(const nlohmann::json& body);

/// The same text for requests that mean the same, whatever the order of their keys: what an idempotency key
/// stands for.
std::string canonical(const Placement& placement);

/// What the catalog knows of a wish.
struct Found {
  kit::ProductId product;
  std::string name;      ///< as the catalog writes it
  bool retired = false;  ///< not on sale any more
};

/// Lines of an order that cannot be: what is asked for is not in the catalog, or on sale no more.
class NotOnSale : public std::exception {
 public:
  struct Line {
    std::string field;
    std::optional<Found> retired;  ///< nothing: unknown
  };
  explicit NotOnSale(std::vector<Line> lines) : lines_(std::move(lines)) {}
  const std::vector<Line>& lines() const { return lines_; }
  const char* what() const noexcept override { return "not on sale"; }

 private:
  std::vector<Line> lines_;
};

/// What is answered to it: 422 that names each unknown product; where all are known, 409 with `retired`.
kit::Problem problem_of(const NotOnSale& error);

/// The lines of the order, one a product: wishes for the same product are added up. `found` has an entry for
/// each wish: nothing where the catalog has none. Throws NotOnSale with all that cannot be had, Problem 422
/// when there is too much of one.
std::vector<Line> order_lines(const std::vector<Wish>& wishes,
                              const std::vector<std::optional<Found>>& found);

/// The same while the catalog cannot be asked: with the ids and names that the client gave.
std::vector<Line> order_lines_unseen(const std::vector<Wish>& wishes);

}  // namespace order
