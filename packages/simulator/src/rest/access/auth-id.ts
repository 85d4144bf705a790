/** `user@realm!token` */
export function isTokenId(id: string): boolean {
  return id.includes('!', id.lastIndexOf('@'))
}

/** The user of a token; a user is his own. */
export function ownerOf(id: string): string {
  return isTokenId(id) ? id.slice(0, id.indexOf('!', id.lastIndexOf('@'))) : id
}

/** What a token is called among those of its user. */
export function tokenNameOf(id: string): string {
  return id.slice(ownerOf(id).length + 1)
}

export function realmOf(id: string): string {
  const owner = ownerOf(id)
  return owner.slice(owner.lastIndexOf('@') + 1)
}
