#pragma once
#include "services/kit/ids.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace product {

/// What a customer says of a product. Who that is, nobody is told.
struct Review {
  std::int64_t id = 0;
  kit::UserId author;
  int rating = 0;  ///< 1 to 5
  std::optional<std::string> title;
  std::string text;
  bool published = true;
  std::optional<std::string> status_reason;  ///< why it was hidden: for staff and the author
  bool verified = false;                     ///< the author has bought the product, and kept it
  std::int64_t version = 1;
  std::string created_at;  ///< RFC 3339
  std::string updated_at;
};

struct NewReview {
  int rating = 0;
  std::optional<std::string> title;
  std::string text;
};

/// A change: what is not given stays. A title of null takes it away.
struct ReviewChange {
  std::optional<int> rating;
  std::optional<std::string> title;
  bool no_title = false;
  std::optional<std::string> text;
};

struct StatusChange {
  bool published = true;
  std::optional<std::string> reason;  ///< required to hide
};

/// These throw Problem 422 that names every field that is wrong.
NewReview read_review(const nlohmann::json& body);
ReviewChange read_review_change(const nlohmann::json& body);
StatusChange read_status_change(const nlohmann::json& body);

/// The customer has reviewed the product before.
class ReviewedBefore : public std::exception {
 public:
  explicit ReviewedBefore(std::int64_t id) : id(id) {}
  const char* what() const noexcept override { return "reviewed before"; }
  std::int64_t id;
};

}  // namespace product
