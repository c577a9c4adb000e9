#pragma once
#include <exception>
#include <string>

/// What rules and stores of the user service throw when a request cannot be granted; problems.hpp says what
/// the client gets to see.
namespace user {

struct DomainError : std::exception {
  const char* what() const noexcept override { return "request refused"; }
};

struct AccountGone : DomainError {};  ///< an access token outlives its account by 15 minutes at most
struct UserNotFound : DomainError {};
struct EmailTaken : DomainError {};
struct GuestHasNoPassword : DomainError {};
struct GuestHasNoRole : DomainError {};
struct LastAdmin : DomainError {};
struct OwnAccount : DomainError {};  ///< an admin erases other users only

struct WrongCredentials : DomainError {};
struct InvalidRefreshToken : DomainError {};
struct InvalidMailToken : DomainError {};
struct InvalidRevocationCursor : DomainError {};

struct WrongPassword : DomainError {
  explicit WrongPassword(std::string name) : field(std::move(name)) {}
  std::string field;  ///< of the request
};

struct WeakPassword : DomainError {
  explicit WeakPassword(std::string why) : reason(std::move(why)) {}
  std::string reason;  ///< completes "password …"
};

struct RateLimited : DomainError {
  explicit RateLimited(int seconds) : retry_after_s(seconds) {}
  int retry_after_s;
};

struct AvatarNotFound : DomainError {};
struct ProductNotFound : DomainError {};
struct CatalogUnavailable : DomainError {};

struct TooManyFavorites : DomainError {
  explicit TooManyFavorites(int most) : limit(most) {}
  int limit;
};

}  // namespace user
