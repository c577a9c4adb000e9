#include "services/kit/encoding/text.hpp"
#include "services/kit/http/message/etag.hpp"
#include "services/kit/image/image.hpp"
#include "services/user/errors/errors.hpp"
#include "services/user/profile/profile_routes.hpp"

namespace user {
namespace {

constexpr std::size_t MAX_BYTES = std::size_t{64} * 1024;
constexpr std::size_t MAX_HEAD = std::size_t{32} * 1024;

/// The declared type only has to be possible; the content decides.
void check_declared_type(const Request& request) {
  const auto declared = request.headers.get("Content-Type");
  if (!declared) return;
  const auto type = kit::lower(kit::trim(declared->substr(0, declared->find(';'))));
  for (const auto* one : {"image/png", "image/jpeg", "image/webp", "application/octet-stream"})
    if (type == one) return;
  throw kit::Problem(415, "Unsupported media type",
                     "An avatar is sent as image/png, image/jpeg or image/webp.")
      .field("Content-Type", "must be image/png, image/jpeg or image/webp");
}

kit::image::Info examine(const Request& request) {
  check_declared_type(request);
  if (request.body.size() > MAX_BYTES)
    throw kit::Problem(413, "Avatar too large", "An avatar has at most 64 KB.")
        .field("body", "must have at most 65536 bytes");
  const auto result = kit::image::examine(request.body);
  if (const auto* info = std::get_if<kit::image::Info>(&result)) return *info;
  const auto& refused = std::get<kit::image::Refused>(result);
  if (!refused.other_type) throw kit::problem::invalid("body", refused.reason);
  throw kit::Problem(415, "Unsupported media type", "The body is no image of a type that is taken.")
      .field("body", refused.reason);
}

AvatarStore::Check if_match(const Request& request) {
  return [&request](const std::string& etag) { kit::http::require_match(request, etag); };
}

}  // namespace

void AvatarRoutes::add_to(Router& router) const {
  const std::string path = "/api/customers/me/avatar";
  router.get(path, handler_of(*this, &AvatarRoutes::show));
  router.add({.method = Method::Put,
              .pattern = path,
              .handler = handler_of(*this, &AvatarRoutes::put),
              .max_request_bytes = MAX_BYTES + MAX_HEAD});
  router.del(path, handler_of(*this, &AvatarRoutes::remove));
}

Response AvatarRoutes::put(const Request& request) const {
  const auto info = examine(request);
  const Avatar avatar{std::string(content_type(info.type)), kit::http::etag_of(request.body), request.body};
  const bool created = avatars_.put(caller_id(request), avatar, if_match(request), request.deadline);
  auto response = Response::ordered({{"content_type", avatar.content_type},
                                     {"width", info.width},
                                     {"height", info.height},
                                     {"bytes", avatar.bytes.size()}},
                                    created ? 201 : 200);
  response.headers.set("ETag", avatar.etag);
  return response;
}

/// The headers keep a browser from taking the image for anything else.
Response AvatarRoutes::show(const Request& request) const {
  auto avatar = avatars_.find(caller_id(request), request.deadline);
  if (!avatar) throw AvatarNotFound();
  auto response = kit::http::has_already(request, avatar->etag)
                      ? kit::http::not_modified(avatar->etag)
                      : Response::text(std::move(avatar->bytes), avatar->content_type);
  response.headers.set("ETag", avatar->etag);
  response.headers.set("Cache-Control", "private, no-cache");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Disposition", "inline");
  response.headers.set("Content-Security-Policy", "default-src 'none'");
  return response;
}

Response AvatarRoutes::remove(const Request& request) const {
  avatars_.remove(caller_id(request), if_match(request), request.deadline);
  return Response::no_content();
}

}  // namespace user
