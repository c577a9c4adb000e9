#include "services/kit/image/inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace kit::image {

struct Inflate::Stream {
  z_stream z{};
  std::span<const std::string_view> pieces;
  bool ended = false;
};

Inflate::Inflate(std::span<const std::string_view> pieces) : stream_(std::make_unique<Stream>()) {
  stream_->pieces = pieces;
  if (inflateInit(&stream_->z) != Z_OK) throw std::bad_alloc();
}

Inflate::~Inflate() { inflateEnd(&stream_->z); }

std::size_t Inflate::fill(std::span<unsigned char> into) {
  auto& z = stream_->z;
  z.next_out = into.data();
  z.avail_out = static_cast<uInt>(into.size());
  while (z.avail_out > 0 && !stream_->ended) {
    if (z.avail_in == 0 && !stream_->pieces.empty()) {
      const auto piece = stream_->pieces.front();
      stream_->pieces = stream_->pieces.subspan(1);
      // zlib promises not to write through it; its type is older than const.
      z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
      z.avail_in = static_cast<uInt>(piece.size());
      continue;
    }
    const int result = inflate(&z, Z_NO_FLUSH);
    if (result == Z_BUF_ERROR) throw Bad{"has compressed data that end too early"};
    if (result != Z_OK && result != Z_STREAM_END) throw Bad{"has broken compressed data"};
    stream_->ended = result == Z_STREAM_END;
  }
  return into.size() - z.avail_out;
}

void Inflate::read(std::span<unsigned char> into) {
  if (fill(into) != into.size()) throw Bad{"has fewer pixels than its header says"};
}

void Inflate::finish() {
  std::array<unsigned char, 1> more{};
  if (fill(more) != 0) throw Bad{"has more pixels than its header says"};
  const bool left =
      stream_->z.avail_in > 0 || std::any_of(stream_->pieces.begin(), stream_->pieces.end(),
                                             [](std::string_view piece) { return !piece.empty(); });
  if (left) throw Bad{"has data after its pixels"};
}

void Inflate::drain(std::size_t most) {
  std::array<unsigned char, 4096> scratch;
  for (std::size_t count = 0; !stream_->ended;) {
    count += fill(scratch);
    if (count > most) throw Bad{"has a note that is too large when unpacked"};
  }
}

}  // namespace kit::image
