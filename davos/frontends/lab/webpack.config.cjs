// By default webpack derives ids from the path of the folder, and the build would differ by it.
module.exports = { optimization: { moduleIds: 'natural', chunkIds: 'natural' } };
